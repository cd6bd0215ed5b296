<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="risk_level" symbollevels="0" enableorderby="0" forceraster="0">
    <categories>
      <category value="1" symbol="0" label="重大风险 · 红" render="true"/>
      <category value="2" symbol="1" label="较大风险 · 橙" render="true"/>
      <category value="3" symbol="2" label="一般风险 · 黄" render="true"/>
      <category value="4" symbol="3" label="低风险 · 蓝" render="true"/>
      <category value="" symbol="4" label="无数据" render="true"/>
    </categories>
    <symbols>
      <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="151,1,14,255"/>
          <prop k="joinstyle" v="round"/>
          <prop k="outline_color" v="94,0,9,255"/>
          <prop k="outline_width" v="0.66"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="style" v="solid"/>
        </layer>
        <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
          <prop k="angle" v="45"/>
          <prop k="color" v="94,0,9,255"/>
          <prop k="distance" v="1.10"/>
          <prop k="distance_unit" v="MM"/>
          <prop k="line_width" v="0.40"/>
          <symbol name="@0@1" type="line" alpha="1" clip_to_extent="1">
            <layer class="SimpleLine" enabled="1" locked="0" pass="0">
              <prop k="line_color" v="94,0,9,255"/>
              <prop k="line_width" v="0.40"/>
              <prop k="line_width_unit" v="MM"/>
            </layer>
          </symbol>
        </layer>
      </symbol>
      <symbol name="1" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="234,128,13,255"/>
          <prop k="joinstyle" v="round"/>
          <prop k="outline_color" v="143,75,0,255"/>
          <prop k="outline_width" v="0.53"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="style" v="solid"/>
        </layer>
        <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
          <prop k="angle" v="135"/>
          <prop k="color" v="143,75,0,255"/>
          <prop k="distance" v="2.60"/>
          <prop k="distance_unit" v="MM"/>
          <prop k="line_width" v="0.45"/>
          <symbol name="@1@1" type="line" alpha="1" clip_to_extent="1">
            <layer class="SimpleLine" enabled="1" locked="0" pass="0">
              <prop k="line_color" v="143,75,0,255"/>
              <prop k="line_width" v="0.45"/>
              <prop k="line_width_unit" v="MM"/>
            </layer>
          </symbol>
        </layer>
      </symbol>
      <symbol name="2" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="255,244,110,255"/>
          <prop k="joinstyle" v="round"/>
          <prop k="outline_color" v="138,122,0,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="style" v="solid"/>
        </layer>
        <layer class="PointPatternFill" enabled="1" locked="0" pass="0">
          <prop k="displacement_x" v="0"/>
          <prop k="displacement_y" v="0"/>
          <prop k="distance_x" v="2.40"/>
          <prop k="distance_x_unit" v="MM"/>
          <prop k="distance_y" v="2.40"/>
          <prop k="distance_y_unit" v="MM"/>
          <symbol name="@2@1" type="marker" alpha="1" clip_to_extent="1">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <prop k="color" v="138,122,0,255"/>
          <prop k="name" v="circle"/>
          <prop k="outline_style" v="no"/>
          <prop k="size" v="0.75"/>
          <prop k="size_unit" v="MM"/>
        </layer>
          </symbol>
        </layer>
      </symbol>
      <symbol name="3" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="18,113,217,255"/>
          <prop k="joinstyle" v="round"/>
          <prop k="outline_color" v="11,74,143,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="style" v="solid"/>
        </layer>
      </symbol>
      <symbol name="4" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="255,255,255,255"/>
          <prop k="joinstyle" v="round"/>
          <prop k="outline_color" v="110,110,110,255"/>
          <prop k="outline_width" v="0.40"/>
          <prop k="outline_width_unit" v="MM"/>
          <prop k="style" v="solid"/>
        </layer>
        <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
          <prop k="angle" v="45"/>
          <prop k="color" v="140,140,140,255"/>
          <prop k="distance" v="1.90"/>
          <prop k="distance_unit" v="MM"/>
          <prop k="line_width" v="0.28"/>
          <symbol name="@4@1" type="line" alpha="1" clip_to_extent="1">
            <layer class="SimpleLine" enabled="1" locked="0" pass="0">
              <prop k="line_color" v="140,140,140,255"/>
              <prop k="line_width" v="0.28"/>
              <prop k="line_width_unit" v="MM"/>
            </layer>
          </symbol>
        </layer>
        <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
          <prop k="angle" v="135"/>
          <prop k="color" v="140,140,140,255"/>
          <prop k="distance" v="1.90"/>
          <prop k="distance_unit" v="MM"/>
          <prop k="line_width" v="0.28"/>
          <symbol name="@4@2" type="line" alpha="1" clip_to_extent="1">
            <layer class="SimpleLine" enabled="1" locked="0" pass="0">
              <prop k="line_color" v="140,140,140,255"/>
              <prop k="line_width" v="0.28"/>
              <prop k="line_width_unit" v="MM"/>
            </layer>
          </symbol>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
  <layerGeometryType>2</layerGeometryType>
</qgis>
